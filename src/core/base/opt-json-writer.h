/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptJsonWriter:
 *
 * Writes JSON into one string, without a tree: names and values in the order they are given.
 * Commas and quotes are the writer's; balance is the caller's.
 */
typedef struct
{
  GString *text; /* (owned) */
  gboolean comma;
} OptJsonWriter;

void  opt_json_writer_init (OptJsonWriter *self);
char *opt_json_writer_end (OptJsonWriter *self);
void  opt_json_writer_clear (OptJsonWriter *self);

/* @name is NULL inside an array and at the top. */
void opt_json_writer_open_object (OptJsonWriter *self,
                                  const char    *name);
void opt_json_writer_close_object (OptJsonWriter *self);
void opt_json_writer_open_array (OptJsonWriter *self,
                                 const char    *name);
void opt_json_writer_close_array (OptJsonWriter *self);
void opt_json_writer_add_string (OptJsonWriter *self,
                                 const char    *name,
                                 const char    *value);
void opt_json_writer_add_int (OptJsonWriter *self,
                              const char    *name,
                              gint64         value);
void opt_json_writer_add_double (OptJsonWriter *self,
                                 const char    *name,
                                 double         value);
void opt_json_writer_add_bool (OptJsonWriter *self,
                               const char    *name,
                               gboolean       value);
void opt_json_writer_add_null (OptJsonWriter *self,
                               const char    *name);
void opt_json_writer_add_raw (OptJsonWriter *self,
                              const char    *name,
                              const char    *json);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptJsonWriter, opt_json_writer_clear)

G_END_DECLS
