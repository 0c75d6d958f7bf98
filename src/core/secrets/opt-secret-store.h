/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OPT_SECRET_ERROR (opt_secret_error_quark ())
GQuark opt_secret_error_quark (void);

/**
 * OptSecretError:
 * @OPT_SECRET_ERROR_MISSING: there is no such secret, and the store could be asked
 * @OPT_SECRET_ERROR_LOCKED: the store is locked (or not set up yet), so nobody can tell
 * @OPT_SECRET_ERROR_NO_SERVICE: there is no secret service, or it doesn't answer
 * @OPT_SECRET_ERROR_DISMISSED: the user did not unlock it when asked
 * @OPT_SECRET_ERROR_REFUSED: it is there, but not of the form it has to have
 * @OPT_SECRET_ERROR_READ_ONLY: it can be read here, not changed
 * @OPT_SECRET_ERROR_FAILED: anything else; the message says what
 */
typedef enum {
  OPT_SECRET_ERROR_MISSING,
  OPT_SECRET_ERROR_LOCKED,
  OPT_SECRET_ERROR_NO_SERVICE,
  OPT_SECRET_ERROR_DISMISSED,
  OPT_SECRET_ERROR_REFUSED,
  OPT_SECRET_ERROR_READ_ONLY,
  OPT_SECRET_ERROR_FAILED,
} OptSecretError;

/**
 * OptSecretKind:
 * @OPT_SECRET_BOT: a bot token, by the bot's name
 * @OPT_SECRET_TASK: a named secret that a task asks for
 *
 * What the secret is for. Names of different kinds do not meet.
 */
typedef enum {
  OPT_SECRET_BOT,
  OPT_SECRET_TASK,
} OptSecretKind;

/**
 * OptSecret:
 *
 * A secret: a string that is wiped when it is freed, see opt_secret_free().
 */
typedef char OptSecret;

#define OPT_TYPE_SECRET_STORE (opt_secret_store_get_type ())
G_DECLARE_INTERFACE (OptSecretStore, opt_secret_store, OPT, SECRET_STORE, GObject)

/**
 * OptSecretStoreInterface:
 * @lookup_async: starts reading
 * @lookup_finish: the secret, or NULL with an error; by default what a #GTask returns
 * @store_async: starts writing
 * @store_finish: whether it is stored; by default what a #GTask returns
 * @clear_async: starts taking out
 * @clear_finish: whether it was there and is out; by default what a #GTask returns
 *
 * Where secrets come from. Names compare without case. With @interactive the user may be asked
 * to unlock the store, which takes as long as they like; without it nothing ever waits for a
 * person.
 */
struct _OptSecretStoreInterface
{
  GTypeInterface parent_iface;

  void (*lookup_async) (OptSecretStore     *self,
                        OptSecretKind       kind,
                        const char         *name,
                        gboolean            interactive,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data);
  OptSecret *(*lookup_finish) (OptSecretStore *self,
                               GAsyncResult   *result,
                               GError        **error);
  void (*store_async) (OptSecretStore     *self,
                       OptSecretKind       kind,
                       const char         *name,
                       const char         *secret,
                       gboolean            interactive,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  gboolean (*store_finish) (OptSecretStore *self,
                            GAsyncResult   *result,
                            GError        **error);
  void (*clear_async) (OptSecretStore     *self,
                       OptSecretKind       kind,
                       const char         *name,
                       gboolean            interactive,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  gboolean (*clear_finish) (OptSecretStore *self,
                            GAsyncResult   *result,
                            GError        **error);
};

void       opt_secret_store_lookup_async (OptSecretStore     *self,
                                          OptSecretKind       kind,
                                          const char         *name,
                                          gboolean            interactive,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
OptSecret *opt_secret_store_lookup_finish (OptSecretStore *self,
                                           GAsyncResult   *result,
                                           GError        **error);
void       opt_secret_store_store_async (OptSecretStore     *self,
                                         OptSecretKind       kind,
                                         const char         *name,
                                         const char         *secret,
                                         gboolean            interactive,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean   opt_secret_store_store_finish (OptSecretStore *self,
                                          GAsyncResult   *result,
                                          GError        **error);
void       opt_secret_store_clear_async (OptSecretStore     *self,
                                         OptSecretKind       kind,
                                         const char         *name,
                                         gboolean            interactive,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean   opt_secret_store_clear_finish (OptSecretStore *self,
                                          GAsyncResult   *result,
                                          GError        **error);

void opt_secret_free (OptSecret *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSecret, opt_secret_free)

G_END_DECLS
