package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The static method is a program: its section says type and place, by the names that C uses, such
/// as `xdp` or `tracepoint/syscalls/sys_enter_execve`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Section {
  /// The name of the section, see [org.ebpf4j.object.SectionName].
  String value();

  /// What the program returns where Java would throw an exception that nobody catches: null, an
  /// index outside of an array, a division by zero, the end of a packet.
  int onFault() default 0;
}
