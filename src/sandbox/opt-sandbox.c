/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox.h"

#include "opt-sandbox-front.h"
#include "opt-sandbox-polling.h"
#include "opt-sandbox-waiter.h"

struct _OptSandbox
{
  OptSandboxWorld *world;  /* (owned) */
  SoupServer      *server; /* (owned) */
};

/**
 * opt_sandbox_new:
 * @clock: where time comes from
 * @has_rate_limits: whether those who write too fast are answered 429
 *
 * A Bot API server for practice, tests and benchmarks, with a control API. It knows nothing
 * of how Optimus reads and writes messages, so that it can judge it.
 *
 * Returns: (transfer full): a sandbox that does not listen yet
 */
OptSandbox *
opt_sandbox_new (OptClock *clock,
                 gboolean  has_rate_limits)
{
  OptSandbox *self = g_new0 (OptSandbox, 1);

  self->world = opt_sandbox_world_new (clock);
  self->world->has_rate_limits = has_rate_limits;
  self->server = soup_server_new ("server-header", "optimus-sandbox", NULL);
  opt_sandbox_front_attach (self->server, self->world);
  return self;
}

/**
 * opt_sandbox_free:
 * @self: (transfer full): a sandbox
 *
 * Cuts all connections and forgets everything.
 */
void
opt_sandbox_free (OptSandbox *self)
{
  GHashTableIter iter;
  gpointer       bot;

  g_hash_table_iter_init (&iter, self->world->bots);
  while (g_hash_table_iter_next (&iter, NULL, &bot))
    {
      opt_sandbox_polling_drop (bot);
      opt_sandbox_waiter_drop_all (bot);
    }

  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  opt_sandbox_world_free (self->world);
  g_free (self);
}

/**
 * opt_sandbox_listen:
 * @self: a sandbox
 * @port: the port, or 0 for a free one
 * @certificate: (nullable): what to speak TLS with
 * @error: where to say why not
 *
 * Listens on the loopback address, and on no other.
 *
 * Returns: %FALSE with @error set if the port can't be had
 */
gboolean
opt_sandbox_listen (OptSandbox      *self,
                    guint            port,
                    GTlsCertificate *certificate,
                    GError         **error)
{
  SoupServerListenOptions options = SOUP_SERVER_LISTEN_IPV4_ONLY;

  if (certificate != NULL)
    {
      soup_server_set_tls_certificate (self->server, certificate);
      options |= SOUP_SERVER_LISTEN_HTTPS;
    }

  return soup_server_listen_local (self->server, port, options, error);
}

/**
 * opt_sandbox_get_root:
 * @self: a sandbox that listens
 *
 * Returns: (transfer full): the API root, such as `http://127.0.0.1:8081`
 */
char *
opt_sandbox_get_root (OptSandbox *self)
{
  GSList *uris = soup_server_get_uris (self->server);
  GUri   *uri = uris->data;
  char   *root;

  root = g_strdup_printf ("%s://127.0.0.1:%d", g_uri_get_scheme (uri), g_uri_get_port (uri));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return root;
}
