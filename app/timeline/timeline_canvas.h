// SPDX-License-Identifier: GPL-3.0-or-later
// The space-time diagram of one payment as a widget: zoom, pan, hover, selection, three axes, export. Embeddable: the Desk and
// the first run use it as the Timeline does. It draws a Scene and knows no event; whoever embeds it gives the Scene, the time
// and the selected event, and is told what the person chose. GUI thread.
#pragma once
#include <QPixmap>
#include <QVariantAnimation>
#include <QWidget>
#include <memory>

#include "timeline/diagram_painter.h"

namespace indoubt::console::timeline {

using ScenePtr = std::shared_ptr<const Scene>;

class TimelineCanvas : public QWidget {
    Q_OBJECT
  public:
    explicit TimelineCanvas(QWidget* parent = nullptr);

    // Another payment (`key` differs) is fitted and shown from its start; more of the same one keeps scale and place, and goes
    // along at the right edge only if that was in view.
    void setScene(ScenePtr scene, const QString& key);
    void setNow(qint64 hlcNs);      // open payments lengthen up to here
    void setCompact(bool compact);  // embedded: lanes at pitch 54, amounts right in the heads
    void setStory(const Story& story);
    void setSelectedEvent(int event);  // -1: none; brought into view
    void setSingleKeys(bool on) { m_singleKeys = on; }
    void setEmptyText(const QString& text);

    const Scene& scene() const { return *m_scene; }
    int selectedEvent() const { return m_highlight.event; }
    AxisKind axisKind() const { return m_axisKind; }
    void setAxisKind(AxisKind kind);  // moves within 120 ms; at once under reduced motion
    const Window& window() const { return m_window; }
    const std::vector<qint64>& marks() const { return m_marks; }

    void zoomBy(double factor, double anchorX);  // the instant at anchorX stays where it is
    void zoomBy(double factor);                  // about the selected event in view, else the middle
    void panBy(double px);
    void fit();
    void stepEvent(int by);
    void addMark();  // at the pointer, else at the selected event; again takes it away

    // The whole payment at `size`, as exports and copies have it.
    void paintWhole(QPainter& painter, const QSize& size, const theme::Tokens& tokens) const;
    QSize exportSize() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    double x(int event) const;  // for tests and overlays
    QPointF pointOf(int event) const;

  signals:
    void eventChosen(int event);
    void eventActivated(int event);  // double click, Enter
    void axisKindChanged(indoubt::console::timeline::AxisKind kind);
    void copyRequested();

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void changeEvent(QEvent*) override;
    void wheelEvent(QWheelEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void leaveEvent(QEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void focusInEvent(QFocusEvent*) override;
    void focusOutEvent(QFocusEvent*) override;

  private:
    Geometry geometryNow() const;
    Projection projectionNow(const Geometry& geometry) const;
    DiagramFrame frameNow();
    void rebuildAxis();
    void clampWindow();
    void scrollLanes(double px);
    void bringIntoView(int event);
    void invalidate();
    Readout readoutOf(int event) const;
    void drawStatic(const theme::Tokens& tokens, qreal ratio);
    bool atEnd() const;

    ScenePtr m_scene;
    QString m_key, m_emptyText;
    qint64 m_nowNs = 0;
    AxisKind m_axisKind = AxisKind::Folded;
    Axis m_axis, m_previousAxis;
    Window m_window, m_previousWindow;
    QVariantAnimation m_motion;
    bool m_fitted = true;  // the whole payment is shown, also when it grows or the widget does
    bool m_compact = false, m_singleKeys = true;
    Story m_story;
    Highlight m_highlight;
    std::vector<qint64> m_marks;
    double m_scrollY = 0;
    // What the frame was laid out for, kept between paints.
    Geometry m_geometry;
    Projection m_projection;
    Layout m_layout;
    bool m_layoutValid = false;
    QPixmap m_static;
    bool m_staticValid = false;
    QPointF m_pointer{-1, -1}, m_pressed{-1, -1};
    Window m_pressedWindow;
    double m_pressedScrollY = 0;
    bool m_dragging = false;
    int m_hover = -1;
};

}  // namespace indoubt::console::timeline
