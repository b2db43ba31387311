package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/// The oldest kernel that the programs in the class are for. Only instructions that it knows are
/// used. Without it, that is 6.9, the first with `may_goto`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@java.lang.annotation.Target(ElementType.TYPE)
public @interface Target {
  /// The version of the kernel, such as `5.10`.
  String value();
}
