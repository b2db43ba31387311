package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The classes and methods that generated code names, and calls of them.
final class Descriptors {
  /// The generated class.
  static final ClassDesc SELF = ClassDesc.of("org.ebpf4j.codec.Generated");

  static final ClassDesc SEGMENT = of(MemorySegment.class);
  static final ClassDesc LAYOUTS = of(ValueLayout.class);
  static final ClassDesc OBJECTS = of(Object[].class);

  /// Of methods that read a value: the memory and the offset.
  static final MethodTypeDesc READ = MethodTypeDesc.of(CD_Object, SEGMENT, CD_long);

  /// Of methods that read what ends in a flexible array: the memory, the offset, and how many bytes
  /// there are.
  static final MethodTypeDesc READ_RECORD = MethodTypeDesc.of(CD_Object, SEGMENT, CD_long, CD_long);

  /// Of methods that write a value: the memory, the offset and the value.
  static final MethodTypeDesc WRITE = MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_Object);

  private Descriptors() {}

  static ClassDesc of(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /// Types of others cannot be named here, and need not be.
  static ClassDesc erased(Class<?> type) {
    return type.isPrimitive() ? of(type) : CD_Object;
  }

  /// Calls a static method.
  static void call(CodeBuilder b, Class<?> owner, String name, MethodTypeDesc type) {
    b.invokestatic(of(owner), name, type);
  }
}
