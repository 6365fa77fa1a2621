import { Body, Controller, Delete, Get, Param, Patch, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Scopes, UserScoped } from '#platform';
import type { Candidate } from './candidate.entity.js';
import { type CandidateChange, candidateParams, candidateSchema } from './candidate-request.js';
import { CandidatesService } from './candidates.service.js';

type Params = z.output<typeof candidateParams>;

@ApiTags('candidates')
@UserScoped()
@Scopes('documents:write')
@Controller('api/candidates/:user_id')
export class CandidatesController {
  constructor(private readonly candidates: CandidatesService) {}

  @ApiOperation({ summary: 'A candidate’s profile' })
  @Get()
  async get(@Param({ schema: candidateParams }) { user_id }: Params) {
    return answer(await this.candidates.get(user_id));
  }

  @ApiOperation({ summary: 'Sets the given fields, also of a new candidate; null empties one' })
  @Put()
  async put(
    @Param({ schema: candidateParams }) { user_id }: Params,
    @Body({ schema: candidateSchema }) change: CandidateChange,
  ) {
    return answer(await this.candidates.put(user_id, change));
  }

  @ApiOperation({ summary: 'Sets the given fields of a candidate who exists; null empties one' })
  @Patch()
  async patch(
    @Param({ schema: candidateParams }) { user_id }: Params,
    @Body({ schema: candidateSchema }) change: CandidateChange,
  ) {
    return answer(await this.candidates.patch(user_id, change));
  }

  @ApiOperation({ summary: 'Deletes the profile; documents and links stay' })
  @Delete()
  async delete(@Param({ schema: candidateParams }) { user_id }: Params) {
    await this.candidates.delete(user_id);
    return { success: true, message: 'Candidate deleted', user_id };
  }
}

/** Flat, as the guide reads it; may be sent back unchanged as `personal`. */
function answer(candidate: Candidate) {
  return { ...candidate, phone_number: candidate.phone };
}
