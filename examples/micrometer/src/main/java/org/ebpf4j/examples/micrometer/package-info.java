/// Maps and programs as meters of Micrometer.
@NullMarked
package org.ebpf4j.examples.micrometer;

import org.jspecify.annotations.NullMarked;
