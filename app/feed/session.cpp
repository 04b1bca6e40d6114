// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/session.h"

#include <QSettings>

namespace indoubt::console::feed {

Session::Session(QObject* parent) : QObject(parent) {
    const QSettings settings;
    m_zone = settings.value(QStringLiteral("view/zone")).toString() == QLatin1String("utc") ? Zone::Utc : Zone::Local;
    m_singleKeys = settings.value(QStringLiteral("view/singleKeys"), true).toBool();
}

QString Session::roleWord() const {
    switch (m_role) {
        case Role::Owner: return tr("owner");
        case Role::Operator: return tr("operator");
        case Role::Support: return tr("support");
        case Role::Trainer: return tr("trainer");
    }
    return {};
}

void Session::setPerson(const QString& name, Role role) {
    if (name == m_person && role == m_role) return;
    m_person = name;
    m_role = role;
    emit personChanged();
}

void Session::setCluster(theme::Environment environment, const QString& name) {
    if (environment == m_environment && name == m_cluster) return;
    m_environment = environment;
    m_cluster = name;
    // Outside the sandbox money is somebody's: masked until the person asks, and that is recorded.
    m_unmasked = environment == theme::Environment::Sandbox;
    emit clusterChanged();
    emit preferencesChanged();
}

void Session::setZone(Zone zone) {
    if (zone == m_zone) return;
    m_zone = zone;
    QSettings().setValue(QStringLiteral("view/zone"), zone == Zone::Utc ? QStringLiteral("utc") : QStringLiteral("local"));
    emit preferencesChanged();
}

void Session::setUnmasked(bool unmasked) {
    if (unmasked == m_unmasked) return;
    m_unmasked = unmasked;
    emit preferencesChanged();
}

void Session::setSingleKeys(bool on) {
    if (on == m_singleKeys) return;
    m_singleKeys = on;
    QSettings().setValue(QStringLiteral("view/singleKeys"), on);
    emit preferencesChanged();
}

}  // namespace indoubt::console::feed
