package org.ebpf4j.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The component or field stands in memory as a signed integer of 2 bytes, whatever its type in
/// Java is. With BTF, the member must be that. On an array, it is said of the elements.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD})
public @interface S16 {}
