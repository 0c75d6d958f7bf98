/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-error.h"

static void
test_kinds (void)
{
  static const char *const kinds[] = { "usage", "unknown", "refused", "failed",
                                       "no-agent", "timeout", "internal" };
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "x");

  g_assert_cmpuint (G_N_ELEMENTS (kinds), ==, OPT_N_IPC_ERRORS);
  for (int i = 0; i < OPT_N_IPC_ERRORS; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (OPT_IPC_ERROR, i, "x");

      g_assert_cmpstr (opt_ipc_error_get_kind (error), ==, kinds[i]);
    }
  g_assert_cmpstr (opt_ipc_error_get_kind (foreign), ==, "internal");
}

/* What a client gets from the bus is the same error, with where it happened kept apart. */
static void
test_over_the_bus (void)
{
  g_autoptr (GError) error = g_error_new_literal (OPT_IPC_ERROR, OPT_IPC_ERROR_REFUSED, "no");
  g_autoptr (GError) back = NULL;
  g_autofree char *name = NULL, *where = NULL, *message = NULL;

  opt_ipc_error_set_where (&error, "parameter days");
  name = g_dbus_error_encode_gerror (error);
  g_assert_cmpstr (name, ==, "io.github.optimus_rpa.Optimus.Error.Refused");

  back = g_dbus_error_new_for_dbus_error (name, error->message);
  g_assert_error (back, OPT_IPC_ERROR, OPT_IPC_ERROR_REFUSED);
  where = opt_ipc_error_dup_where (back);
  message = opt_ipc_error_dup_message (back);
  g_assert_cmpstr (where, ==, "parameter days");
  g_assert_cmpstr (message, ==, "no");
}

static void
test_nowhere (void)
{
  g_autoptr (GError) error = g_error_new_literal (OPT_IPC_ERROR, OPT_IPC_ERROR_USAGE, "no");
  g_autofree char *message = NULL;

  opt_ipc_error_set_where (&error, NULL);
  opt_ipc_error_set_where (&error, "");
  opt_ipc_error_set_where (NULL, "x");
  message = opt_ipc_error_dup_message (error);
  g_assert_cmpstr (message, ==, "no");
  g_assert_null (opt_ipc_error_dup_where (error));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ipc/error/kinds", test_kinds);
  g_test_add_func ("/ipc/error/over-the-bus", test_over_the_bus);
  g_test_add_func ("/ipc/error/nowhere", test_nowhere);
  return g_test_run ();
}
