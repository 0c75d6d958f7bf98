/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OptServiceRecordFunc:
 * @value: what a room returned
 *
 * Returns: (transfer floating): its record, an a{sv}
 */
typedef GVariant *(*OptServiceRecordFunc) (gconstpointer value);

void opt_service_return_record (GDBusMethodInvocation *invocation,
                                GVariant              *record,
                                const GError          *error);
void opt_service_return_records (GDBusMethodInvocation *invocation,
                                 GPtrArray             *values,
                                 OptServiceRecordFunc   record,
                                 const GError          *error);
void opt_service_return_done (GDBusMethodInvocation *invocation,
                              gboolean               is_done,
                              const GError          *error);

G_END_DECLS
