#pragma once
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>

/* The pointers have the types that the headers declare. */
#define PECHAT_MHD(each) \
    each(MHD_start_daemon) each(MHD_add_connection) each(MHD_stop_daemon) each(MHD_suspend_connection) \
    each(MHD_resume_connection) each(MHD_get_connection_info) each(MHD_get_connection_values_n) \
    each(MHD_create_response_from_buffer) each(MHD_create_response_from_callback) each(MHD_add_response_header) \
    each(MHD_queue_response) each(MHD_destroy_response)
#define PECHAT_TLS(each) \
    each(gnutls_certificate_get_peers) each(gnutls_certificate_verify_peers)

#define PECHAT_DECLARE(name) __typeof__(&name) name;
struct pechat_library {
    PECHAT_MHD(PECHAT_DECLARE)
    PECHAT_TLS(PECHAT_DECLARE)
    int is_ready;
};

/* Opens the library once; NULL where there is none. */
const struct pechat_library *pechat_library(void);
