/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox.h"
#include "opt-test-clock.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

#define OPT_SANDBOX_PROBE_TOKEN "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OPT_SANDBOX_PROBE_WALL  (G_GINT64_CONSTANT (1795140000) * G_USEC_PER_SEC)

/**
 * OptSandboxProbe:
 *
 * A sandbox in this process on a test clock, and a client to ask it with.
 */
typedef struct
{
  OptTestClock *clock;   /* (owned) */
  OptSandbox   *sandbox; /* (owned) */
  SoupSession  *session; /* (owned) */
  char         *root;    /* (owned) */
} OptSandboxProbe;

/**
 * OptSandboxReply:
 * @is_done: whether it has come
 * @status: the HTTP status, 0 if the connection was cut
 * @text: (owned) (nullable): the body
 * @json: (owned) (nullable): the body, if it is JSON
 * @message: (owned): the request
 */
typedef struct
{
  gboolean     is_done;
  guint        status;
  char        *text;
  JsonNode    *json;
  SoupMessage *message;
} OptSandboxReply;

OptSandboxProbe *opt_sandbox_probe_new (gboolean has_rate_limits);
void             opt_sandbox_probe_free (OptSandboxProbe *self);

OptSandboxReply *opt_sandbox_probe_start (OptSandboxProbe *self,
                                          const char      *verb,
                                          const char      *path,
                                          const char      *content_type,
                                          GBytes          *body);
OptSandboxReply *opt_sandbox_probe_start_call (OptSandboxProbe *self,
                                               const char      *method,
                                               const char      *params);
void             opt_sandbox_probe_wait (OptSandboxReply *reply);
OptSandboxReply *opt_sandbox_probe_get (OptSandboxProbe *self,
                                        const char      *path);
OptSandboxReply *opt_sandbox_probe_post (OptSandboxProbe *self,
                                         const char      *path,
                                         const char      *content_type,
                                         const char      *body);
OptSandboxReply *opt_sandbox_probe_call (OptSandboxProbe *self,
                                         const char      *method,
                                         const char      *params);
OptSandboxReply *opt_sandbox_probe_control (OptSandboxProbe *self,
                                            const char      *path,
                                            const char      *body);
void             opt_sandbox_reply_free (OptSandboxReply *self);

char  *opt_sandbox_probe_quote (const char *text);
char  *opt_sandbox_reply_show (OptSandboxReply *self,
                               const char      *place);
void   opt_sandbox_reply_assert (OptSandboxReply *self,
                                 const char      *place,
                                 const char      *expected);
gint64 opt_sandbox_reply_get_int (OptSandboxReply *self,
                                  const char      *place);
void   opt_sandbox_probe_assert_error (OptSandboxProbe *self,
                                       const char      *method,
                                       const char      *params,
                                       guint            status,
                                       const char      *description);
void   opt_sandbox_probe_assert_ok (OptSandboxProbe *self,
                                    const char      *method,
                                    const char      *params);
void   opt_sandbox_probe_assert_wrong (OptSandboxProbe *self,
                                       const char      *path,
                                       const char      *body,
                                       const char      *words);
gint64 opt_sandbox_probe_say (OptSandboxProbe *self,
                              gint64           user_id,
                              const char      *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxProbe, opt_sandbox_probe_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxReply, opt_sandbox_reply_free)

G_END_DECLS
