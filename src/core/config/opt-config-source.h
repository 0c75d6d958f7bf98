/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-clock.h"
#include "opt-config.h"

G_BEGIN_DECLS

/**
 * OptConfigChange:
 * @key: `group.key`, or the group alone (`bot.main`) with a NULL value to remove it whole
 * @value: (nullable): NULL takes the key out
 *
 * One step of opt_config_source_change_async().
 */
typedef struct
{
  const char *key;
  const char *value;
} OptConfigChange;

#define OPT_TYPE_CONFIG_SOURCE (opt_config_source_get_type ())
G_DECLARE_FINAL_TYPE (OptConfigSource, opt_config_source, OPT, CONFIG_SOURCE, GObject)

OptConfigSource *opt_config_source_new (const char        *path,
                                        const char *const *environment,
                                        const char        *samples_dir,
                                        OptClock          *clock);

void     opt_config_source_load_async (OptConfigSource    *self,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean opt_config_source_load_finish (OptConfigSource *self,
                                        GAsyncResult    *result,
                                        GError         **error);

void     opt_config_source_change_async (OptConfigSource       *self,
                                         const OptConfigChange *changes,
                                         guint                  n_changes,
                                         GCancellable          *cancellable,
                                         GAsyncReadyCallback    callback,
                                         gpointer               user_data);
gboolean opt_config_source_change_finish (OptConfigSource *self,
                                          GAsyncResult    *result,
                                          GError         **error);
void     opt_config_source_set_async (OptConfigSource    *self,
                                      const char         *key,
                                      const char         *value,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean opt_config_source_set_finish (OptConfigSource *self,
                                       GAsyncResult    *result,
                                       GError         **error);
void     opt_config_source_unset_async (OptConfigSource    *self,
                                        const char         *key,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean opt_config_source_unset_finish (OptConfigSource *self,
                                         GAsyncResult    *result,
                                         GError         **error);

OptConfig  *opt_config_source_get_config (OptConfigSource *self);
GPtrArray  *opt_config_source_get_problems (OptConfigSource *self);
const char *opt_config_source_get_path (OptConfigSource *self);

G_END_DECLS
