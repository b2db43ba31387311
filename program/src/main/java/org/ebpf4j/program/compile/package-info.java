/// The compiler from class files to objects: [org.ebpf4j.program.compile.JavaPrograms].
@NullMarked
package org.ebpf4j.program.compile;

import org.jspecify.annotations.NullMarked;
