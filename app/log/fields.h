// SPDX-License-Identifier: GPL-3.0-or-later
// One event as a person reads it, field by field, and as it was recorded, byte by byte. Plain values that the detail tree and
// the byte view show in step: a Fact may name the recorded field it comes from, by its path ("xid", "record.payment").
#pragma once
#include <QByteArray>
#include <QList>
#include <QString>

#include "events/event.h"

namespace indoubt::console::log {

// A field of the recorded bytes. Positions count from the start of the event's bytes.
struct ByteField {
    QString path;       // "record.payment.refs"
    QString name;       // "refs"
    QString value;      // readable; empty for one with parts
    QString kind;       // "varint", "length-delimited", "64 bit"
    int number = 0;     // of the field
    int from = 0;       // first byte of its key
    int keyLength = 0;  // key and length prefix
    int length = 0;     // all its bytes, key included
    int depth = 0;
    bool parts = false;  // the fields after it with greater depth are its parts
};

struct Recorded {
    QByteArray bytes;
    QList<ByteField> fields;  // preorder
    QString problem;          // why they could not be read, if so

    int fieldAt(int byte) const;             // the deepest; -1 none
    int fieldOf(const QString& path) const;  // -1 none
};
// Deterministic: the same event always gives the same bytes.
Recorded recorded(const events::Event& event);
int recordedSize(const events::Event& event);

struct Fact {
    QString name, value;
    QString path;           // recorded field; empty: none
    events::EventRef link;  // an event to jump to; seq 0: none
    QString filter;         // as a filter term: "node:B"; empty: none
    bool fault = false;
    bool heading = false;  // a group's head: bold name, muted value, facts up to the next heading are its rows
    bool closed = false;   // a heading that starts folded in
};

}  // namespace indoubt::console::log
