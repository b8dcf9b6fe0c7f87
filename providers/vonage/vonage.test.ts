import { describeCarrier } from '../../tests/conformance/carrier.ts';
import { vonageBench } from '../../tests/conformance/vonage_bench.ts';

describeCarrier('vonage', vonageBench);
