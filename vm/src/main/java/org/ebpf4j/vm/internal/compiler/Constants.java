package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.BSM_CLASS_DATA_AT;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicConstantDesc;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// The objects that a class is given when it is defined.
final class Constants {
  private final List<Object> objects = new ArrayList<>();
  private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();

  /// Pushes an object.
  void push(CodeBuilder b, Object object, ClassDesc type) {
    var number =
        numbers.computeIfAbsent(
            object,
            _ -> {
              objects.add(object);
              return objects.size() - 1;
            });
    b.loadConstant(DynamicConstantDesc.ofNamed(BSM_CLASS_DATA_AT, DEFAULT_NAME, type, number));
  }

  /// All of them, by number.
  List<Object> objects() {
    return List.copyOf(objects);
  }
}
