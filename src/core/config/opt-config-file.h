/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config-problem.h"

G_BEGIN_DECLS

#define OPT_CONFIG_FILE_BYTES_MAX (1024 * 1024)
#define OPT_CONFIG_FILE_LINE_MAX  (64 * 1024)

#define OPT_TYPE_CONFIG_FILE (opt_config_file_get_type ())

/**
 * OptConfigFile:
 *
 * The text of a configuration file, line by line, and nothing of what it means. Whatever it is
 * given comes back byte for byte from opt_config_file_to_text(), but for the lines that were
 * changed.
 *
 * Keys are written `group.key`; `bot.main.receive` is key `receive` of `[bot main]`. They
 * compare without case. A key with a dot inside is flat: `remote.robot_id = VM91` means the
 * same wherever it stands. When a key is given twice, the later line counts.
 */
typedef struct _OptConfigFile OptConfigFile;

/**
 * OptConfigEntry:
 * @key: the full key as it is spelt in the file
 * @value: (nullable): trimmed; NULL when the line can't be read (NUL, no UTF-8, too long)
 * @line: from 1
 * @column: of the value, from 1, in characters
 * @key_column: of the key
 *
 * One line with a key. Borrowed from the file, valid until it is changed.
 */
typedef struct
{
  const char *key;
  const char *value;
  guint       line;
  guint       column;
  guint       key_column;
} OptConfigEntry;

/**
 * OptConfigGroup:
 * @name: `telegram`, or `bot.main` for `[bot main]`, as it is spelt; empty when it can't be read
 * @line: of the header, from 1
 * @column: of the name
 *
 * One group header, in the order of the file. Borrowed, valid until the file is changed.
 */
typedef struct
{
  const char *name;
  guint       line;
  guint       column;
} OptConfigGroup;

GType          opt_config_file_get_type (void) G_GNUC_CONST;
OptConfigFile *opt_config_file_parse (const char *text,
                                      gsize       length);
OptConfigFile *opt_config_file_copy (OptConfigFile *self);
void           opt_config_file_free (OptConfigFile *self);

char      *opt_config_file_to_text (OptConfigFile *self,
                                    gsize         *length);
GPtrArray *opt_config_file_get_problems (OptConfigFile *self);

const char *opt_config_file_get (OptConfigFile *self,
                                 const char    *key);
gboolean    opt_config_file_find (OptConfigFile  *self,
                                  const char     *key,
                                  OptConfigEntry *entry);
GArray     *opt_config_file_list_entries (OptConfigFile *self);
GArray     *opt_config_file_list_groups (OptConfigFile *self);

gboolean opt_config_file_set (OptConfigFile *self,
                              const char    *key,
                              const char    *value);
gboolean opt_config_file_unset (OptConfigFile *self,
                                const char    *key);
gboolean opt_config_file_remove_group (OptConfigFile *self,
                                       const char    *group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptConfigFile, opt_config_file_free)

G_END_DECLS
