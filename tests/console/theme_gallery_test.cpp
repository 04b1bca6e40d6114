// SPDX-License-Identifier: GPL-3.0-or-later
// The design system drawn as one sheet. With INDOUBT_SHOTS=<directory> the pictures are written there.
#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QImage>
#include <QPainter>
#include <set>

#include "console/theme_gallery.h"
#include "support/test_main.h"
#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

using namespace indoubt::console;
using theme::Tokens;

class ThemeGalleryTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }
    void sheet_shows_tokens_at_their_places_data();
    void sheet_shows_tokens_at_their_places();
    void sheets_of_both_themes_side_by_side();
    void signs_differ_from_one_another_in_shape();
    void window_of_parts_in_both_themes();
    void controls_of_qt_take_the_same_shapes();

  private:
    static void write(const QImage& image, const QString& name) {
        const QString folder = qEnvironmentVariable("INDOUBT_SHOTS");
        if (folder.isEmpty()) return;
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(image.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
    }
};

void ThemeGalleryTest::sheet_shows_tokens_at_their_places_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void ThemeGalleryTest::sheet_shows_tokens_at_their_places() {
    QFETCH(bool, dark);
    const Tokens& t = dark ? Tokens::darkTokens() : Tokens::light();
    gallery::Sheet sheet(t);
    const QImage image = gallery::shot(sheet, 1);
    const auto at = [&](int x, int y) { return QColor::fromRgb(image.pixel(x, y)); };
    QCOMPARE(at(710, 10), t.surface);
    QCOMPARE(at(600, 48), t.band(theme::Environment::Sandbox).fill);
    QCOMPARE(at(24, 40), t.band(theme::Environment::Sandbox).plate);
    QCOMPARE(at(600, 126), t.band(theme::Environment::Production).fill);
    QCOMPARE(at(30, 320), t.accent);     // primary at rest
    QCOMPARE(at(22, 410), t.accent);     // chosen segment's edge
    QCOMPARE(at(26, 394), t.selection);  // and its fill
    QCOMPARE(at(500, 854), t.rowHover);
    QCOMPARE(at(500, 880), t.selection);
    QCOMPARE(at(1, 880), t.accent);
    QCOMPARE(at(89, 744), t.text);      // durable bar
    QCOMPARE(at(300, 737), t.blocked);  // edge of the blocked band
    QCOMPARE(at(515, 750), t.heuristic);
    QCOMPARE(at(160, 781), t.text);   // FAULT, inverse
    QCOMPARE(at(500, 782), t.track);  // partition strip
}

void ThemeGalleryTest::sheets_of_both_themes_side_by_side() {
    for (const qreal scale : {1.0, 2.0}) {
        gallery::Sheet light(Tokens::light()), dark(Tokens::darkTokens());
        QImage both((QSizeF(1440, 900) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
        both.setDevicePixelRatio(scale);
        QPainter p(&both);
        p.drawImage(QPointF(0, 0), gallery::shot(light, scale));
        p.drawImage(QPointF(720, 0), gallery::shot(dark, scale));
        p.end();
        QCOMPARE(QColor::fromRgb(both.pixel(static_cast<int>(5 * scale), static_cast<int>(5 * scale))), Tokens::light().surface);
        QCOMPARE(QColor::fromRgb(both.pixel(static_cast<int>(1435 * scale), static_cast<int>(5 * scale))), Tokens::darkTokens().surface);
        write(both, scale > 1 ? QStringLiteral("components@2x") : QStringLiteral("components"));
    }
}

void ThemeGalleryTest::signs_differ_from_one_another_in_shape() {
    // In one colour, as in grey-scale: what remains is the shape.
    Tokens grey = Tokens::light();
    for (QColor* c : {&grey.active, &grey.inDoubt, &grey.blocked, &grey.committed, &grey.aborted, &grey.heuristic, &grey.muted, &grey.text})
        *c = Qt::black;
    for (QColor* c : {&grey.inDoubtTint, &grey.activeTint}) *c = Qt::white;
    QList<QPair<theme::Glyph, QImage>> drawn;
    for (int i = 1; i <= static_cast<int>(theme::lastGlyph); ++i) {
        const auto glyph = static_cast<theme::Glyph>(i);
        if (glyph == theme::Glyph::Play) continue;  // a step forward and "resume" are one triangle on purpose
        QImage image(32, 32, QImage::Format_Grayscale8);
        image.fill(Qt::white);
        QPainter p(&image);
        theme::paintGlyph(p, glyph, QRectF(0, 0, 32, 32), grey);
        p.end();
        QVERIFY2(!theme::glyphWord(glyph).isEmpty(), qPrintable(QString::number(i)));
        for (const auto& [other, before] : drawn) {
            int different = 0;
            for (int y = 0; y < 32; ++y)
                for (int x = 0; x < 32; ++x) different += std::abs(qGray(image.pixel(x, y)) - qGray(before.pixel(x, y))) > 96 ? 1 : 0;
            QVERIFY2(different >= 20,
                     qPrintable(
                         QStringLiteral("%1 looks like %2 (%3 px)").arg(theme::glyphWord(glyph), theme::glyphWord(other)).arg(different)));
        }
        drawn.append({glyph, image});
    }
}

void ThemeGalleryTest::window_of_parts_in_both_themes() {
    for (const bool dark : {false, true}) {
        const std::unique_ptr<QWidget> window(gallery::makeWindow(dark ? Tokens::darkTokens() : Tokens::light(),
                                                                  dark ? theme::Environment::Production : theme::Environment::Sandbox));
        window->resize(1440, 900);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        QTest::qWait(50);  // the charts' queued replot
        write(gallery::shot(*window, 1), dark ? QStringLiteral("parts-dark") : QStringLiteral("parts-light"));
        write(gallery::shot(*window, 2), dark ? QStringLiteral("parts-dark@2x") : QStringLiteral("parts-light@2x"));
        for (const QWidget* child : window->findChildren<QWidget*>()) {
            if (child->focusPolicy() == Qt::NoFocus || !child->isVisible()) continue;
            QVERIFY2(!child->accessibleName().isEmpty(), child->metaObject()->className());
            QVERIFY2(child->width() >= 24 && child->height() >= 24,
                     qPrintable(QStringLiteral("%1 '%2' is %3 x %4")
                                    .arg(QLatin1String(child->metaObject()->className()), child->accessibleName())
                                    .arg(child->width())
                                    .arg(child->height())));
        }
    }
}

void ThemeGalleryTest::controls_of_qt_take_the_same_shapes() {
    for (const bool dark : {false, true}) {
        const Tokens& t = dark ? Tokens::darkTokens() : Tokens::light();
        const std::unique_ptr<QWidget> controls(gallery::makeControls(t));
        controls->resize(720, 420);
        controls->show();
        QVERIFY(QTest::qWaitForWindowExposed(controls.get()));
        const QImage image = gallery::shot(*controls, 1);
        write(image, dark ? QStringLiteral("controls-dark") : QStringLiteral("controls-light"));
        // Nothing of Fusion's own greys and blues is left in flat areas: only tokens, their mixtures at edges are rare.
        QHash<QRgb, int> areas;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) ++areas[image.pixel(x, y)];
        const QList<QColor> allowed = {t.surface,     t.panel,         t.border,    t.divider,       t.fieldEdge,
                                       t.buttonEdge,  t.buttonPressed, t.selection, t.selectionIdle, t.rowHover,
                                       t.track,       t.text,          t.muted,     t.faint,         t.accent,
                                       t.accentHover, t.accentPressed, t.onAccent,  t.disabled,      t.onDisabled};
        for (auto it = areas.cbegin(); it != areas.cend(); ++it)
            if (it.value() > 400)
                QVERIFY2(allowed.contains(QColor::fromRgb(it.key())),
                         qPrintable(QStringLiteral("%1 x %2").arg(QColor::fromRgb(it.key()).name()).arg(it.value())));
    }
}

INDOUBT_TEST(ThemeGalleryTest);
#include "theme_gallery_test.moc"
