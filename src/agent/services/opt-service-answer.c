/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-service-answer.h"

#include "opt-service-error.h"

/**
 * opt_service_return_record:
 * @invocation: (transfer full): the call to answer
 * @record: (nullable) (transfer floating): an a{sv}, or NULL when there is an error
 * @error: (nullable): why there is none
 *
 * Answers a call that returns one record.
 */
void
opt_service_return_record (GDBusMethodInvocation *invocation,
                           GVariant              *record,
                           const GError          *error)
{
  if (record == NULL)
    opt_service_return_error (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sv})", record));
}

/**
 * opt_service_return_records:
 * @invocation: (transfer full): the call to answer
 * @values: (nullable): what a room returned, or NULL when there is an error
 * @record: (scope call): makes the record of one of @values
 * @error: (nullable): why there are none
 *
 * Answers a call that returns records.
 */
void
opt_service_return_records (GDBusMethodInvocation *invocation,
                            GPtrArray             *values,
                            OptServiceRecordFunc   record,
                            const GError          *error)
{
  GVariantBuilder builder;

  if (values == NULL)
    {
      opt_service_return_error (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < values->len; i++)
    g_variant_builder_add_value (&builder, record (values->pdata[i]));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aa{sv})", &builder));
}

/**
 * opt_service_return_done:
 * @invocation: (transfer full): the call to answer
 * @is_done: whether it was done
 * @error: (nullable): why it was not
 *
 * Answers a call that returns nothing.
 */
void
opt_service_return_done (GDBusMethodInvocation *invocation,
                         gboolean               is_done,
                         const GError          *error)
{
  if (is_done)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    opt_service_return_error (invocation, error);
}
