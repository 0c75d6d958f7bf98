/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ask-store.h"

#include "opt-test.h"

OptSecret *
opt_ask_lookup (OptSecretStore *store,
                OptSecretKind   kind,
                const char     *name,
                gboolean        interactive,
                GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  opt_secret_store_lookup_async (store, kind, name, interactive, NULL, opt_test_take_result,
                                 &place);
  result = opt_test_wait_result (&place);
  return opt_secret_store_lookup_finish (store, result, error);
}

gboolean
opt_ask_store (OptSecretStore *store,
               OptSecretKind   kind,
               const char     *name,
               const char     *secret,
               gboolean        interactive,
               GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  opt_secret_store_store_async (store, kind, name, secret, interactive, NULL,
                                opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  return opt_secret_store_store_finish (store, result, error);
}

gboolean
opt_ask_clear (OptSecretStore *store,
               OptSecretKind   kind,
               const char     *name,
               gboolean        interactive,
               GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  opt_secret_store_clear_async (store, kind, name, interactive, NULL, opt_test_take_result,
                                &place);
  result = opt_test_wait_result (&place);
  return opt_secret_store_clear_finish (store, result, error);
}

void
opt_assert_secret (OptSecretStore *store,
                   OptSecretKind   kind,
                   const char     *name,
                   const char     *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptSecret) secret = opt_ask_lookup (store, kind, name, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (secret, ==, expected);
}

void
opt_assert_no_secret (OptSecretStore *store,
                      OptSecretKind   kind,
                      const char     *name,
                      OptSecretError  code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptSecret) secret = opt_ask_lookup (store, kind, name, FALSE, &error);

  g_assert_error (error, OPT_SECRET_ERROR, (int)code);
  g_test_message ("%s", error->message);
  g_assert_null (secret);
}
