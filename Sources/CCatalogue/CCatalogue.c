#include "CCatalogue.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char providers[] = {
#embed "../../catalog/providers.json"
};

static const unsigned char models[] = {
#embed "../../catalog/models.json"
};

martlet_catalogue_file martlet_catalogue_providers(void) {
    return (martlet_catalogue_file){providers, sizeof providers};
}

martlet_catalogue_file martlet_catalogue_models(void) {
    return (martlet_catalogue_file){models, sizeof models};
}
