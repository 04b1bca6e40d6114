// SPDX-License-Identifier: GPL-3.0-or-later
// Who sits here and how they want to see things: person, role, environment, zone, masking, letter keys. Shared by all panes.
// Remembers the preferences (QSettings). GUI thread.
#pragma once
#include <QObject>
#include <QString>

#include "theme/tokens.h"

namespace indoubt::console::feed {

enum class Role { Owner, Operator, Support, Trainer };
enum class Zone { Local, Utc };

class Session : public QObject {
    Q_OBJECT
  public:
    explicit Session(QObject* parent = nullptr);
    QString person() const { return m_person; }         // the user of this computer; in the sandbox somebody of its story, "Ana Ruiz"
    QString roleWord() const;                            // "owner"
    Role role() const { return m_role; }
    std::string actor() const { return m_person.toStdString(); }  // who an order is written under
    void setPerson(const QString& name, Role role);      // sandbox only: elsewhere nobody acts under another's name
    void setRole(Role role);
    bool personCanBeChosen() const { return m_environment == theme::Environment::Sandbox; }

    theme::Environment environment() const { return m_environment; }
    QString cluster() const { return m_cluster; }        // "Local sandbox"
    void setCluster(theme::Environment environment, const QString& name, bool faultsAllowed);
    bool faultsAllowed() const { return m_faultsAllowed; }  // as the service says; it refuses them by itself, too

    Zone zone() const { return m_zone; }
    void setZone(Zone zone);
    bool unmasked() const { return m_unmasked; }         // accounts and names in full
    void setUnmasked(bool unmasked);                     // the caller has it recorded first
    bool singleKeys() const { return m_singleKeys; }
    void setSingleKeys(bool on);

  signals:
    void personChanged();
    void clusterChanged();
    void preferencesChanged();  // zone, masking, letter keys: repaint texts

  private:
    QString m_person;
    QString m_cluster;
    Role m_role = Role::Owner;
    theme::Environment m_environment = theme::Environment::Sandbox;
    Zone m_zone = Zone::Local;
    bool m_unmasked = true, m_singleKeys = true, m_faultsAllowed = true;
};

}  // namespace indoubt::console::feed
