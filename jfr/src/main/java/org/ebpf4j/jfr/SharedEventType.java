package org.ebpf4j.jfr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.AnnotationElement;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventFactory;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// An event type, registered with JFR while somebody holds it.
///
/// JFR makes a class for each type and never lets go of it. So each type is made once in a process,
/// and registered anew when it is held again.
final class SharedEventType {
  /// What tells event types apart.
  ///
  /// @param category from the outermost to the innermost
  record Shape(
      String name,
      String label,
      String description,
      List<String> category,
      List<EventField> fields) {
    Shape {
      category = List.copyOf(category);
      fields = List.copyOf(fields);
    }

    private List<AnnotationElement> annotations() {
      var annotations =
          new ArrayList<>(
              List.of(
                  new AnnotationElement(Name.class, name),
                  new AnnotationElement(Label.class, label),
                  new AnnotationElement(Category.class, category.toArray(String[]::new)),
                  new AnnotationElement(StackTrace.class, false)));
      if (!description.isEmpty()) {
        annotations.add(new AnnotationElement(Description.class, description));
      }
      return annotations;
    }
  }

  private static final Map<Shape, SharedEventType> MADE = new HashMap<>();

  private final EventFactory factory;

  /// Only asked whether such events are wanted.
  private final Event probe;

  private int holders;

  private SharedEventType(Shape shape) {
    factory =
        EventFactory.create(
            shape.annotations(), shape.fields().stream().map(EventField::descriptor).toList());
    probe = factory.newEvent();
  }

  /// The type of that shape, registered until [#release()].
  static SharedEventType hold(Shape shape) {
    synchronized (MADE) {
      var type = MADE.computeIfAbsent(shape, SharedEventType::new);
      if (type.holders++ == 0) {
        type.factory.register();
      }
      return type;
    }
  }

  void release() {
    synchronized (MADE) {
      if (--holders == 0) {
        factory.unregister();
      }
    }
  }

  /// Whether a recording takes such events.
  boolean isEnabled() {
    return probe.isEnabled();
  }

  Event newEvent() {
    return factory.newEvent();
  }
}
