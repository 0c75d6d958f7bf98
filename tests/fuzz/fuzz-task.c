/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-call.h"
#include "opt-task-run.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* The text as a manifest, and as a call of the task that it defines. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (OptTask) task = opt_task_new_from_manifest ("/nowhere/a.task", (const char *)data,
                                                         size);
  g_autoptr (OptTask) same = opt_task_new_from_manifest ("/nowhere/a.task", (const char *)data,
                                                         size);
  g_autoptr (GHashTable) given = NULL;
  g_autoptr (GHashTable) checked = NULL;
  g_autoptr (GHashTable) again = NULL;
  g_autofree char *id = NULL;
  g_autofree char *robot = NULL;

  g_assert_true (opt_task_equal (task, same));
  g_assert_true (g_utf8_validate (opt_task_get_name (task), -1, NULL));
  if (opt_task_parse_call (text, &id, &robot, &given, NULL))
    g_assert_nonnull (id);
  if (!opt_task_check_parameters (task, given, 0, &checked, NULL))
    return 0;
  /* What has passed passes again, as it is. */
  g_assert_true (opt_task_check_parameters (task, checked, 0, &again, NULL));
  g_assert_cmpuint (g_hash_table_size (checked), ==, g_hash_table_size (again));
  return 0;
}
