package org.ebpf4j.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How long a component or field is in memory: the bytes of a `String`, the elements of an array,
/// the bytes (4 or 16) of an `InetAddress`. Wanted where there is no BTF to say it; with BTF, the
/// member must be that long.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD})
public @interface Length {
  /// One length for each dimension, the outermost first: `@Length({4, 16}) String[] names` is `char
  /// names[4][16]`.
  int[] value();
}
