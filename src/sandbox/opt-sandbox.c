/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox.h"

#include "opt-sandbox-front.h"
#include "opt-sandbox-polling.h"
#include "opt-sandbox-server.h"
#include "opt-sandbox-waiter.h"

struct _OptSandbox
{
  OptSandboxWorld  *world;  /* (owned) */
  OptSandboxServer *server; /* (owned) */
  gboolean          is_encrypted;
};

static void
handle_cb (OptSandboxExchange *exchange,
           gpointer            user_data)
{
  opt_sandbox_front_handle (exchange, user_data);
}

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
  self->server = opt_sandbox_server_new (handle_cb, self->world);
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

  opt_sandbox_server_free (self->server);
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
  self->is_encrypted = certificate != NULL;
  return opt_sandbox_server_listen (self->server, port, certificate, error);
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
  return g_strdup_printf ("%s://127.0.0.1:%u", self->is_encrypted ? "https" : "http",
                          opt_sandbox_server_get_port (self->server));
}
