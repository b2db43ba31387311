package org.ebpf4j.program.map;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.ebpf4j.object.MapType;

/// What kind of map in the kernel the class stands for.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface MapKind {
  /// The type of the map.
  MapType value();
}
