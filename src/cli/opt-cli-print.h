/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

/**
 * OptCliColumn:
 * @title: heading
 * @field: the field that is shown
 *
 * A column of a table for people; a list of them ends with a NULL @title.
 */
typedef struct
{
  const char *title;
  const char *field;
} OptCliColumn;

void opt_cli_print_records (OptCli             *self,
                            const OptIpcField  *fields,
                            const OptCliColumn *columns,
                            const char         *nothing,
                            GVariant           *records);
void opt_cli_print_record (OptCli            *self,
                           const OptIpcField *fields,
                           GVariant          *record);
void opt_cli_print_text (const char *text);

G_END_DECLS
