package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The method of a context gives the packet whose start and end stand in two fields of it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface PacketAt {
  /// The place of `data`, in bytes from the start of the context.
  int data();

  /// The place of `data_end`.
  int end();
}
