/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-store.h"

#include <string.h>

#include "opt-bot-token.h"
#include "opt-secret-check.h"

G_DEFINE_QUARK (opt_secret_error_quark, opt_secret_error)
G_DEFINE_INTERFACE (OptSecretStore, opt_secret_store, G_TYPE_OBJECT)

static OptSecret *
opt_secret_store_real_lookup_finish (OptSecretStore *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
opt_secret_store_real_write_finish (OptSecretStore *self,
                                    GAsyncResult   *result,
                                    GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
opt_secret_store_default_init (OptSecretStoreInterface *iface)
{
  iface->lookup_finish = opt_secret_store_real_lookup_finish;
  iface->store_finish = opt_secret_store_real_write_finish;
  iface->clear_finish = opt_secret_store_real_write_finish;
}

/* What was read never gets into the message. */
OptSecret *
opt_secret_check (OptSecretKind kind,
                  const char   *text,
                  const char   *where,
                  GError      **error)
{
  OptSecret *secret = NULL;

  if (kind == OPT_SECRET_BOT)
    {
      secret = opt_bot_token_parse (text);
      if (secret == NULL)
        g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED,
                     "what is in %s is no bot token: expected is one line such as 123456789:AAbb… "
                     "as BotFather gave it",
                     where);
      return secret;
    }

  if (text != NULL && *text != '\0')
    secret = g_strdup (text);
  else
    g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED,
                 "there is nothing in %s: expected is the secret on one line", where);
  return secret;
}

/**
 * opt_secret_store_lookup_async:
 * @self: a store
 * @kind: what the secret is for
 * @name: whose, in any case
 * @interactive: whether the user may be asked to unlock the store
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks for a secret.
 */
void
opt_secret_store_lookup_async (OptSecretStore     *self,
                               OptSecretKind       kind,
                               const char         *name,
                               gboolean            interactive,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_return_if_fail (OPT_IS_SECRET_STORE (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  OPT_SECRET_STORE_GET_IFACE (self)->lookup_async (self, kind, name, interactive, cancellable,
                                                   callback, user_data);
}

/**
 * opt_secret_store_lookup_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an #OptSecretError, or %G_IO_ERROR_CANCELLED
 *
 * Ends looking for a secret. There is never nothing without a reason.
 *
 * Returns: (transfer full) (nullable): the secret, to be freed by opt_secret_free(), or NULL with
 *   @error set
 */
OptSecret *
opt_secret_store_lookup_finish (OptSecretStore *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (OPT_IS_SECRET_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return OPT_SECRET_STORE_GET_IFACE (self)->lookup_finish (self, result, error);
}

/**
 * opt_secret_store_store_async:
 * @self: a store
 * @kind: what the secret is for
 * @name: whose, in any case
 * @secret: the secret, which is copied
 * @interactive: whether the user may be asked to unlock the store
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Stores a secret, in the place of one that is there.
 */
void
opt_secret_store_store_async (OptSecretStore     *self,
                              OptSecretKind       kind,
                              const char         *name,
                              const char         *secret,
                              gboolean            interactive,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_return_if_fail (OPT_IS_SECRET_STORE (self));
  g_return_if_fail (name != NULL && secret != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  OPT_SECRET_STORE_GET_IFACE (self)->store_async (self, kind, name, secret, interactive,
                                                  cancellable, callback, user_data);
}

/**
 * opt_secret_store_store_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an #OptSecretError, or %G_IO_ERROR_CANCELLED
 *
 * Ends storing a secret.
 *
 * Returns: whether it is stored
 */
gboolean
opt_secret_store_store_finish (OptSecretStore *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_return_val_if_fail (OPT_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return OPT_SECRET_STORE_GET_IFACE (self)->store_finish (self, result, error);
}

/**
 * opt_secret_store_clear_async:
 * @self: a store
 * @kind: what the secret is for
 * @name: whose, in any case
 * @interactive: whether the user may be asked to unlock the store
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Takes a secret out.
 */
void
opt_secret_store_clear_async (OptSecretStore     *self,
                              OptSecretKind       kind,
                              const char         *name,
                              gboolean            interactive,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_return_if_fail (OPT_IS_SECRET_STORE (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  OPT_SECRET_STORE_GET_IFACE (self)->clear_async (self, kind, name, interactive, cancellable,
                                                  callback, user_data);
}

/**
 * opt_secret_store_clear_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an #OptSecretError, or %G_IO_ERROR_CANCELLED
 *
 * Ends taking a secret out. One that was not there is %OPT_SECRET_ERROR_MISSING.
 *
 * Returns: whether it was there and is out
 */
gboolean
opt_secret_store_clear_finish (OptSecretStore *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_return_val_if_fail (OPT_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return OPT_SECRET_STORE_GET_IFACE (self)->clear_finish (self, result, error);
}

/**
 * opt_secret_free:
 * @secret: (nullable) (transfer full): a secret
 *
 * Wipes a secret from memory and frees it.
 */
void
opt_secret_free (OptSecret *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}
