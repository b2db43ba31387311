/// Events of programs as events of JDK Flight Recorder.
@NullMarked
package org.ebpf4j.jfr;

import org.jspecify.annotations.NullMarked;
