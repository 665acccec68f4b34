#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <string.h>

// Swift can't call functions with any number of arguments, as curl_easy_setopt is.

static inline CURLcode switchboard_curl_text(CURL *call, CURLoption option, const char *value) {
    return curl_easy_setopt(call, option, value);
}

static inline CURLcode switchboard_curl_number(CURL *call, CURLoption option, long value) { return curl_easy_setopt(call, option, value); }

static inline CURLcode switchboard_curl_list(CURL *call, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(call, option, value);
}

/// The bytes of a message, and how many of them were taken.
typedef struct {
    const unsigned char *bytes;
    size_t count;
    size_t taken;
} switchboard_curl_message;

static inline size_t switchboard_curl_take(char *target, size_t size, size_t pieces, void *context) {
    switchboard_curl_message *message = context;
    size_t room = size * pieces;
    size_t left = message->count - message->taken;
    size_t part = left < room ? left : room;
    memcpy(target, message->bytes + message->taken, part);
    message->taken += part;
    return part;
}

static inline CURLcode switchboard_curl_send(CURL *call, switchboard_curl_message *message) {
    CURLcode code = curl_easy_setopt(call, CURLOPT_READFUNCTION, switchboard_curl_take);
    if (code == CURLE_OK) code = curl_easy_setopt(call, CURLOPT_READDATA, message);
    if (code == CURLE_OK) code = curl_easy_setopt(call, CURLOPT_UPLOAD, 1L);
    return code;
}

static inline long switchboard_curl_status(CURL *call) {
    long status = 0;
    curl_easy_getinfo(call, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
