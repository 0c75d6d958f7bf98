/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config-source.h"

G_BEGIN_DECLS

/*
 * One round of reading, and maybe changing, the file. The first half is filled in by who asks, the
 * second by opt_config_work_run() on a thread; in between nobody else touches it.
 */
typedef struct
{
  char            *path;        /* (owned) */
  char           **environment; /* (owned) (nullable) */
  char            *samples_dir; /* (owned) (nullable) */
  gboolean         only_folder; /* make the folder and do no more */
  OptConfigChange *changes;     /* (owned) (nullable), with texts of its own */
  guint            n_changes;
  OptConfig       *previous; /* (owned) (nullable) */

  OptConfig *config;   /* (owned) (nullable): NULL with @error */
  GPtrArray *problems; /* (owned) (nullable) */
  char      *target;   /* (owned) (nullable): where @path leads when it is a link */
  GError    *error;    /* (owned) (nullable): why it could not be changed */
} OptConfigWork;

OptConfigWork *opt_config_work_new (const char        *path,
                                    const char *const *environment,
                                    const char        *samples_dir);
void           opt_config_work_free (OptConfigWork *self);
void           opt_config_work_set_changes (OptConfigWork         *self,
                                            const OptConfigChange *changes,
                                            guint                  n_changes);
void           opt_config_work_run (OptConfigWork *self);

G_END_DECLS
