package org.ebpf4j.program.internal.front;

import java.util.List;

/// Which case of a switch belongs to which value of an enumeration, as javac keeps it in a class
/// beside (`$SwitchMap$`): the number of the case for each ordinal. The input of a value is the
/// ordinal.
record SwitchMap(List<Integer> cases) {}
