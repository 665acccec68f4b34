#pragma once
#include <stddef.h>
#include <stdint.h>

/// One file built into the program: its path below `assets/` and its bytes.
typedef struct {
    const char *_Nonnull name;
    const uint8_t *_Nonnull bytes;
    size_t count;
} switchboard_asset_t;

/// All files built into the program, `*count` of them.
const switchboard_asset_t *_Nonnull switchboard_assets(size_t *_Nonnull count);
