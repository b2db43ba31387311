package org.ebpf4j.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The name in C of what a component, or a constant of an enum, stands for. Without it, a component
/// is the member of the same name, or else of that name in C's spelling: `minUs` is `min_us`. A
/// name with dots leads into structs and unions: `@Member("addr.v4")`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Member {
  /// The name.
  String value();
}
