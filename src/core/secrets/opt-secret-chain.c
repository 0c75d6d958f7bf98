/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-chain.h"

/* Two stores as one: what the first has hides what the second has. */
struct _OptSecretChain
{
  GObject parent_instance;

  OptSecretStore *first;  /* (owned) */
  OptSecretStore *second; /* (owned) */
};

static void opt_secret_chain_iface_init (OptSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptSecretChain,
                               opt_secret_chain,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_SECRET_STORE,
                                                      opt_secret_chain_iface_init))

/* What is wanted of the second store when the first has nothing. */
typedef struct
{
  OptSecretKind kind;
  char         *name;   /* (owned) */
  OptSecret    *secret; /* (owned) (nullable): to be stored; NULL takes it out */
  gboolean      interactive;
} Call;

static void
call_free (Call *call)
{
  g_free (call->name);
  opt_secret_free (call->secret);
  g_free (call);
}

static GTask *
new_task (OptSecretChain     *self,
          OptSecretKind       kind,
          const char         *name,
          const char         *secret,
          gboolean            interactive,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Call  *call = g_new0 (Call, 1);

  call->kind = kind;
  call->name = g_strdup (name);
  call->secret = g_strdup (secret);
  call->interactive = interactive;
  g_task_set_task_data (task, call, (GDestroyNotify)call_free);
  return task;
}

static void
second_found_cb (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  OptSecret *secret;

  secret = opt_secret_store_lookup_finish (OPT_SECRET_STORE (source_object), result, &error);
  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify)opt_secret_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
first_found_cb (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  OptSecretChain *self = g_task_get_source_object (task);
  const Call     *call = g_task_get_task_data (task);
  OptSecret      *secret;

  secret = opt_secret_store_lookup_finish (OPT_SECRET_STORE (source_object), result, &error);
  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify)opt_secret_free);
  else if (g_error_matches (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING))
    opt_secret_store_lookup_async (self->second, call->kind, call->name, call->interactive,
                                   g_task_get_cancellable (task), second_found_cb,
                                   g_object_ref (task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
opt_secret_chain_lookup_async (OptSecretStore     *store,
                               OptSecretKind       kind,
                               const char         *name,
                               gboolean            interactive,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  OptSecretChain *self = OPT_SECRET_CHAIN (store);
  g_autoptr (GTask) task = new_task (self, kind, name, NULL, interactive, cancellable, callback,
                                     user_data);

  g_task_set_source_tag (task, opt_secret_chain_lookup_async);
  opt_secret_store_lookup_async (self->first, kind, name, interactive, cancellable,
                                 first_found_cb, g_object_ref (task));
}

static void
second_written_cb (GObject      *source_object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  OptSecretStore *second = OPT_SECRET_STORE (source_object);
  const Call     *call = g_task_get_task_data (task);
  gboolean        done;

  done = call->secret != NULL ? opt_secret_store_store_finish (second, result, &error)
                              : opt_secret_store_clear_finish (second, result, &error);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* A write that the first store would hide from every later look is refused, not lost. */
static void
first_asked_cb (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptSecret) hidden = NULL;
  OptSecretChain *self = g_task_get_source_object (task);
  const Call     *call = g_task_get_task_data (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);

  hidden = opt_secret_store_lookup_finish (OPT_SECRET_STORE (source_object), result, &error);
  if (!g_error_matches (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_task_return_error (task, g_steal_pointer (&error));
      else
        g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY,
                                 "the secret of %s comes from the service manager, where it has "
                                 "to be changed (LoadCredential=)",
                                 call->name);
    }
  else if (call->secret != NULL)
    opt_secret_store_store_async (self->second, call->kind, call->name, call->secret,
                                  call->interactive, cancellable, second_written_cb,
                                  g_object_ref (task));
  else
    opt_secret_store_clear_async (self->second, call->kind, call->name, call->interactive,
                                  cancellable, second_written_cb, g_object_ref (task));
}

static void
opt_secret_chain_store_async (OptSecretStore     *store,
                              OptSecretKind       kind,
                              const char         *name,
                              const char         *secret,
                              gboolean            interactive,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  OptSecretChain *self = OPT_SECRET_CHAIN (store);
  g_autoptr (GTask) task = new_task (self, kind, name, secret, interactive, cancellable, callback,
                                     user_data);

  g_task_set_source_tag (task, opt_secret_chain_store_async);
  opt_secret_store_lookup_async (self->first, kind, name, FALSE, cancellable, first_asked_cb,
                                 g_object_ref (task));
}

static void
opt_secret_chain_clear_async (OptSecretStore     *store,
                              OptSecretKind       kind,
                              const char         *name,
                              gboolean            interactive,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  OptSecretChain *self = OPT_SECRET_CHAIN (store);
  g_autoptr (GTask) task = new_task (self, kind, name, NULL, interactive, cancellable, callback,
                                     user_data);

  g_task_set_source_tag (task, opt_secret_chain_clear_async);
  opt_secret_store_lookup_async (self->first, kind, name, FALSE, cancellable, first_asked_cb,
                                 g_object_ref (task));
}

static void
opt_secret_chain_iface_init (OptSecretStoreInterface *iface)
{
  iface->lookup_async = opt_secret_chain_lookup_async;
  iface->store_async = opt_secret_chain_store_async;
  iface->clear_async = opt_secret_chain_clear_async;
}

static void
opt_secret_chain_dispose (GObject *object)
{
  OptSecretChain *self = OPT_SECRET_CHAIN (object);

  g_clear_object (&self->first);
  g_clear_object (&self->second);

  G_OBJECT_CLASS (opt_secret_chain_parent_class)->dispose (object);
}

static void
opt_secret_chain_class_init (OptSecretChainClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_secret_chain_dispose;
}

static void
opt_secret_chain_init (OptSecretChain *self)
{
}

/**
 * opt_secret_chain_new:
 * @first: asked first; what it has, or has in a wrong form, is what counts
 * @second: asked when @first is missing it; the one that is written to
 *
 * Makes one store of two.
 *
 * Returns: (transfer full): the store
 */
OptSecretStore *
opt_secret_chain_new (OptSecretStore *first,
                      OptSecretStore *second)
{
  OptSecretChain *self;

  g_return_val_if_fail (OPT_IS_SECRET_STORE (first) && OPT_IS_SECRET_STORE (second), NULL);

  self = g_object_new (OPT_TYPE_SECRET_CHAIN, NULL);
  self->first = g_object_ref (first);
  self->second = g_object_ref (second);
  return OPT_SECRET_STORE (self);
}
