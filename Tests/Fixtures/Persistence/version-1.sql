-- A database of version 1 as Martlet 0.1.0 began with it: two keys, four generations, one request cut short.
PRAGMA application_id=1297241164;
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, created_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE api_keys (
    hash BLOB NOT NULL PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspaces (id), name TEXT NOT NULL,
    label TEXT NOT NULL, class INTEGER NOT NULL, disabled INTEGER NOT NULL, created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE generations (
    id TEXT NOT NULL PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    api_key BLOB NOT NULL,
    status INTEGER NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_nanos INTEGER NOT NULL,
    details TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE in_flight (
    id TEXT NOT NULL PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    api_key BLOB NOT NULL,
    status INTEGER NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_nanos INTEGER NOT NULL,
    details TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO workspaces VALUES ('default', 'Default', 1763000000000);
INSERT INTO api_keys VALUES (X'1111111111111111111111111111111111111111111111111111111111111111', 'default', 'First inference key', 'sk-mt-v1-111...111', 0, 0, 1763000000000);
INSERT INTO api_keys VALUES (X'2222222222222222222222222222222222222222222222222222222222222222', 'default', 'First management key', 'sk-mt-v1-222...222', 1, 1, 1763000000000);
INSERT INTO generations VALUES ('gen-1763000001-00AAAAAAAAAAAAAAAAAA', 1763000001000, X'1111111111111111111111111111111111111111111111111111111111111111', 0, 'openai/gpt-4o-mini', 'Azure', 187, 64, 66450,
'hs=200
ua=openai-python/2.11
ep=openai/gpt-4o-mini@azure#gpt-4o-mini
ta=azure/eu
um=gpt-4o-mini-2024
ui=chatcmpl-1
fr=stop
nf=stop
uc=10
ur=5
co=66450
pc=28050
tt=3
du=412
ge=400
at==	=	=	200	2		=
');
INSERT INTO generations VALUES ('gen-1763000002-00BBBBBBBBBBBBBBBBBB', 1763000002000, X'1111111111111111111111111111111111111111111111111111111111111111', 1, 'openai/gpt-4o-mini', 'Azure', 0, 0, 0,
'hs=502
ep=openai/gpt-4o-mini@azure#gpt-4o-mini
ta=azure/eu
um=gpt-4o-mini-2024
et=provider_unavailable
fc=broken_stream
du=5
at==	=	=	502	5	broken_stream	
');
INSERT INTO generations VALUES ('gen-1763100003-00CCCCCCCCCCCCCCCCCC', 1763100003000, X'1111111111111111111111111111111111111111111111111111111111111111', 2, 'openai/gpt-4o-mini', 'Azure', 7, 3, 1,
'st=1
hs=499
ep=openai/gpt-4o-mini@azure#gpt-4o-mini
ta=azure/eu
um=gpt-4o-mini-2024
fc=cancelled
du=9
');
INSERT INTO generations VALUES ('gen-1763100004-00DDDDDDDDDDDDDDDDDD', 1763100004000, X'3333333333333333333333333333333333333333333333333333333333333333', 0, 'meta/llama-3.1-8b', 'Local', 9, 8, 0,
'ki=1
hs=200
ep=meta/llama-3.1-8b@local#llama
ta=local
um=llama
du=3
');
INSERT INTO in_flight VALUES ('gen-1763100005-00EEEEEEEEEEEEEEEEEE', 1763100005000, X'1111111111111111111111111111111111111111111111111111111111111111', 3, 'openai/gpt-4o-mini', 'Azure', 0, 0, 0,
'st=1
hs=200
ep=openai/gpt-4o-mini@azure#gpt-4o-mini
ta=azure/eu
um=gpt-4o-mini-2024
du=1000
');
PRAGMA user_version=1;
