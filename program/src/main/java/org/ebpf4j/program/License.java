package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The license of the programs in the class, which decides on the helper functions that they may
/// call. Without it, it is `GPL`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface License {
  /// The license, such as `GPL` or `Dual MIT/GPL`.
  String value();
}
