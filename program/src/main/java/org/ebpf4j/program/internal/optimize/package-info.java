/// What is done to the intermediate form before instructions are chosen.
@NullMarked
package org.ebpf4j.program.internal.optimize;

import org.jspecify.annotations.NullMarked;
