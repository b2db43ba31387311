package org.ebpf4j.jfr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jfr.AnnotationElement;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Timespan;
import jdk.jfr.Unsigned;
import jdk.jfr.ValueDescriptor;

/// A field of an event type.
///
/// @param name its name, a Java identifier
/// @param label the path of the member in C, such as `addr.port`
/// @param type a primitive type or `String`
record EventField(String name, String label, Class<?> type, Content content) {
  /// What a value is, beside its type.
  enum Content {
    PLAIN,
    UNSIGNED,
    ADDRESS,
    NANOSECONDS,
    MICROSECONDS,
    MILLISECONDS;

    private Optional<AnnotationElement> annotation() {
      return switch (this) {
        case PLAIN -> Optional.empty();
        case UNSIGNED -> Optional.of(new AnnotationElement(Unsigned.class));
        case ADDRESS -> Optional.of(new AnnotationElement(MemoryAddress.class));
        case NANOSECONDS ->
            Optional.of(new AnnotationElement(Timespan.class, Timespan.NANOSECONDS));
        case MICROSECONDS ->
            Optional.of(new AnnotationElement(Timespan.class, Timespan.MICROSECONDS));
        case MILLISECONDS ->
            Optional.of(new AnnotationElement(Timespan.class, Timespan.MILLISECONDS));
      };
    }
  }

  /// The field as JFR wants it described.
  ValueDescriptor descriptor() {
    var annotations = new ArrayList<>(List.of(new AnnotationElement(Label.class, label)));
    content.annotation().ifPresent(annotations::add);
    return new ValueDescriptor(type, name, annotations);
  }
}
