/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job.h"

G_BEGIN_DECLS

/* A job to be filled in before anybody else sees it. */
OptJob *opt_job_new (void);
OptJob *opt_job_copy (const OptJob *self);

char       *opt_job_parameters_to_text (GHashTable *parameters);
GHashTable *opt_job_parameters_from_text (const char *text);
GHashTable *opt_job_parameters_copy (GHashTable *parameters);

/* What a reference means: a number, or an id. */
typedef struct
{
  gint64 number; /* 0 when it is an id */
  char   id[37];
} OptJobRef;

gboolean opt_job_ref_parse (OptJobRef  *self,
                            const char *text,
                            GError    **error);

G_END_DECLS
