/// From class files to the intermediate form.
@NullMarked
package org.ebpf4j.program.internal.front;

import org.jspecify.annotations.NullMarked;
