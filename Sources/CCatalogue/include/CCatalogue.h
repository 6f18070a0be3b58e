// The catalogue that ships with the router: the bytes of catalog/providers.json and catalog/models.json.
#pragma once

#include <stddef.h>

typedef struct {
    const unsigned char *bytes;
    size_t count;
} martlet_catalogue_file;

martlet_catalogue_file martlet_catalogue_providers(void);
martlet_catalogue_file martlet_catalogue_models(void);
