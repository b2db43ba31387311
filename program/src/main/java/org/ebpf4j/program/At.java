package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The method reads or writes a field of the context at a fixed place. One without a parameter and
/// with a result reads; a `void` one with a parameter writes it; a result and an `int` parameter (a
/// constant) reads an element.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface At {
  /// Bytes from the start.
  int offset();

  /// How many bytes it has.
  int size();

  /// Whether the number is signed.
  boolean signed() default false;
}
