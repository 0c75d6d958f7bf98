/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-libsecret.h"

#include "opt-secret-call.h"

/* The user's keyring, by the Secret Service, or by a file inside a Flatpak: libsecret decides. */
struct _OptSecretLibsecret
{
  GObject parent_instance;

  OptClock *clock; /* (owned) */
};

static void opt_secret_libsecret_iface_init (OptSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptSecretLibsecret,
                               opt_secret_libsecret,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_SECRET_STORE,
                                                      opt_secret_libsecret_iface_init))

static void
opt_secret_libsecret_lookup_async (OptSecretStore     *store,
                                   OptSecretKind       kind,
                                   const char         *name,
                                   gboolean            interactive,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_secret_libsecret_lookup_async);
  opt_secret_call_begin (OPT_SECRET_LIBSECRET (store)->clock, OPT_SECRET_CALL_LOOKUP,
                         kind, name, NULL, interactive, task);
}

static void
opt_secret_libsecret_store_async (OptSecretStore     *store,
                                  OptSecretKind       kind,
                                  const char         *name,
                                  const char         *secret,
                                  gboolean            interactive,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_secret_libsecret_store_async);
  opt_secret_call_begin (OPT_SECRET_LIBSECRET (store)->clock, OPT_SECRET_CALL_STORE,
                         kind, name, secret, interactive, task);
}

static void
opt_secret_libsecret_clear_async (OptSecretStore     *store,
                                  OptSecretKind       kind,
                                  const char         *name,
                                  gboolean            interactive,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_secret_libsecret_clear_async);
  opt_secret_call_begin (OPT_SECRET_LIBSECRET (store)->clock, OPT_SECRET_CALL_CLEAR,
                         kind, name, NULL, interactive, task);
}

static void
opt_secret_libsecret_iface_init (OptSecretStoreInterface *iface)
{
  iface->lookup_async = opt_secret_libsecret_lookup_async;
  iface->store_async = opt_secret_libsecret_store_async;
  iface->clear_async = opt_secret_libsecret_clear_async;
}

static void
opt_secret_libsecret_dispose (GObject *object)
{
  OptSecretLibsecret *self = OPT_SECRET_LIBSECRET (object);

  g_clear_object (&self->clock);

  G_OBJECT_CLASS (opt_secret_libsecret_parent_class)->dispose (object);
}

static void
opt_secret_libsecret_class_init (OptSecretLibsecretClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_secret_libsecret_dispose;
}

static void
opt_secret_libsecret_init (OptSecretLibsecret *self)
{
}

/**
 * opt_secret_libsecret_new:
 * @clock: the clock, for how long a service may take to answer
 *
 * Makes a store of the user's keyring. A bot token lies there under schema
 * `io.github.optimus_rpa.Optimus` with attribute `bot`, the name in lower case. Without
 * `interactive` a call ends after ten seconds at most, with it after five minutes.
 *
 * Returns: (transfer full): the store
 */
OptSecretStore *
opt_secret_libsecret_new (OptClock *clock)
{
  OptSecretLibsecret *self;

  g_return_val_if_fail (OPT_IS_CLOCK (clock), NULL);

  self = g_object_new (OPT_TYPE_SECRET_LIBSECRET, NULL);
  self->clock = g_object_ref (clock);
  return OPT_SECRET_STORE (self);
}
