/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-json-writer.h"

G_BEGIN_DECLS

typedef enum {
  OPT_IPC_STRING,  /* s */
  OPT_IPC_INT,     /* x, t, i, u */
  OPT_IPC_NUMBER,  /* d */
  OPT_IPC_BOOL,    /* b */
  OPT_IPC_TIME,    /* x, microseconds since 1970 */
  OPT_IPC_VALUE,   /* s, x, d or b: whichever it is */
  OPT_IPC_CHAT,    /* s: a number in JSON when it is one, else a string such as @channel */
  OPT_IPC_STRINGS, /* as */
  OPT_IPC_MAP,     /* a{ss} */
  OPT_IPC_RECORD,  /* a{sv} */
  OPT_IPC_RECORDS, /* aa{sv} */
} OptIpcType;

typedef struct _OptIpcField OptIpcField;

/**
 * OptIpcField:
 * @name: the key in the record, and in JSON
 * @type: how it travels and how it is printed
 * @fields: (nullable): of RECORD and RECORDS, the fields inside
 *
 * One field of a record that the agent hands out. Tables of these end with a NULL @name.
 */
struct _OptIpcField
{
  const char        *name;
  OptIpcType         type;
  const OptIpcField *fields;
};

void  opt_ipc_write_record (OptJsonWriter     *writer,
                            const char        *name,
                            const OptIpcField *fields,
                            GVariant          *record);
void  opt_ipc_write_records (OptJsonWriter     *writer,
                             const char        *name,
                             const OptIpcField *fields,
                             GVariant          *records);
char *opt_ipc_record_to_json (const OptIpcField *fields,
                              GVariant          *record);
char *opt_ipc_records_to_json (const OptIpcField *fields,
                               GVariant          *records);

/* What a record says, for people: NULL when it says nothing; a borrowed string. */
const char *opt_ipc_record_get_string (GVariant   *record,
                                       const char *name);
gint64      opt_ipc_record_get_int (GVariant   *record,
                                    const char *name,
                                    gint64      fallback);
double      opt_ipc_record_get_number (GVariant   *record,
                                       const char *name,
                                       double      fallback);
gboolean    opt_ipc_record_get_bool (GVariant   *record,
                                     const char *name);

/* Fields that are NULL or negative ("no such time") are left out. */
void opt_ipc_record_add_string (GVariantBuilder *builder,
                                const char      *name,
                                const char      *value);
void opt_ipc_record_add_int (GVariantBuilder *builder,
                             const char      *name,
                             gint64           value);
void opt_ipc_record_add_number (GVariantBuilder *builder,
                                const char      *name,
                                double           value);
void opt_ipc_record_add_bool (GVariantBuilder *builder,
                              const char      *name,
                              gboolean         value);
void opt_ipc_record_add_time (GVariantBuilder *builder,
                              const char      *name,
                              gint64           value);

G_END_DECLS
