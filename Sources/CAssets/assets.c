#include "assets.h"

static const switchboard_asset_t table[] = {{"none", (const uint8_t *)"", 0}};

const switchboard_asset_t *switchboard_assets(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}
