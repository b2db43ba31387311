package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.BSM_CLASS_DATA_AT;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.DynamicConstantDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The objects that a generated class is given when it is defined.
final class ClassConstants {
  private final List<Object> data = new ArrayList<>();
  private final Map<Object, Integer> indexes = new HashMap<>();

  interface Maker {
    Object make();
  }

  /// Pushes an object, which is made once for each key.
  void push(CodeBuilder b, Object key, Maker maker) {
    var index =
        indexes.computeIfAbsent(
            key,
            _ -> {
              data.add(maker.make());
              return data.size() - 1;
            });
    var type =
        switch (data.get(index)) {
          case EnumTable _ -> Descriptors.of(EnumTable.class);
          case RestReader _ -> Descriptors.of(RestReader.class);
          default -> CD_MethodHandle;
        };
    b.loadConstant(DynamicConstantDesc.ofNamed(BSM_CLASS_DATA_AT, DEFAULT_NAME, type, index));
  }

  /// All of them, by index.
  List<Object> toList() {
    return List.copyOf(data);
  }
}
