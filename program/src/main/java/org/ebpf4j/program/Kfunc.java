package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A call of the method is a call of a function of the kernel by its name in BTF. The body is what
/// it does on the JVM, in tests.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Kfunc {
  /// The name of the function, such as `bpf_task_from_pid`.
  String value();
}
