package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The member that a method of a kernel type reads where it has another name, or one inside of it:
/// `sk.__sk_common.skc_dport` is `__sk_common.skc_dport`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Member {
  /// The name, with dots.
  String value();
}
