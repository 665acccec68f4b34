#include "assets.h"

// Each file ends in a zero byte that isn't counted, so that an empty file makes an array too.
#if __has_include("table.h")
#include "table.h"
#else
#error "The list of assets is missing. Please run: make setup"
#endif

const switchboard_asset_t *switchboard_assets(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}
