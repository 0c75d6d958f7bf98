/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-record-job.h"

#include "opt-ipc-field.h"

static void
add_origin (GVariantBuilder    *builder,
            const OptJobOrigin *origin)
{
  GVariantBuilder inner;

  g_variant_builder_init (&inner, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&inner, "kind", origin->kind);
  opt_ipc_record_add_string (&inner, "bot", origin->bot);
  opt_ipc_record_add_string (&inner, "chat_id", origin->chat);
  if (origin->user_id != 0)
    opt_ipc_record_add_int (&inner, "user_id", origin->user_id);
  if (origin->update_id != 0)
    opt_ipc_record_add_int (&inner, "update_id", origin->update_id);
  g_variant_builder_add (builder, "{sv}", "origin", g_variant_builder_end (&inner));
}

static void
add_parameters (GVariantBuilder *builder,
                GHashTable      *parameters)
{
  GVariantBuilder inner;
  GHashTableIter  iter;
  gpointer        key, value;

  g_variant_builder_init (&inner, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, parameters);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_variant_builder_add (&inner, "{ss}", key, value);
  g_variant_builder_add (builder, "{sv}", "parameters", g_variant_builder_end (&inner));
}

static void
add_progress_and_log (GVariantBuilder *builder,
                      const OptJob    *job)
{
  GVariantBuilder inner;

  if (job->percent >= 0)
    {
      g_variant_builder_init (&inner, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_number (&inner, "percent", job->percent);
      opt_ipc_record_add_string (&inner, "text", job->progress);
      g_variant_builder_add (builder, "{sv}", "progress", g_variant_builder_end (&inner));
    }
  if (job->log_file != NULL)
    {
      g_variant_builder_init (&inner, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_string (&inner, "file", job->log_file);
      opt_ipc_record_add_int (&inner, "bytes", (gint64)job->log_bytes);
      opt_ipc_record_add_int (&inner, "cut", (gint64)job->log_cut);
      g_variant_builder_add (builder, "{sv}", "log", g_variant_builder_end (&inner));
    }
}

/**
 * opt_record_job:
 * @job: a job
 *
 * Returns: (transfer floating): its record, an a{sv}
 */
GVariant *
opt_record_job (const OptJob *job)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "id", job->id);
  opt_ipc_record_add_int (&builder, "number", job->number);
  opt_ipc_record_add_string (&builder, "task", job->task);
  opt_ipc_record_add_string (&builder, "robot", job->robot);
  opt_ipc_record_add_string (&builder, "state", opt_job_state_to_string (job->state));
  opt_ipc_record_add_string (&builder, "reason", job->reason);
  add_origin (&builder, job->origin);
  add_parameters (&builder, job->parameters);
  opt_ipc_record_add_time (&builder, "queued", job->queued);
  opt_ipc_record_add_time (&builder, "started", job->started);
  opt_ipc_record_add_time (&builder, "ended", job->ended);
  if (job->started > 0 && job->ended >= job->started)
    opt_ipc_record_add_number (&builder, "duration_s",
                               (double)(job->ended - job->started) / OPT_SECOND);
  if (job->exit_code >= 0)
    opt_ipc_record_add_int (&builder, "exit_code", job->exit_code);
  if (job->signal > 0)
    opt_ipc_record_add_int (&builder, "signal", job->signal);
  add_progress_and_log (&builder, job);
  return g_variant_builder_end (&builder);
}
